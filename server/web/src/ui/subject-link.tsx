import type { JSX } from 'preact';
import { agentHref, deviceHref } from '../router/route.ts';
import { useCell, useServices } from './context.ts';

/** What an alert concerns: an agent, or else a device. */
export function SubjectLink(props: { readonly subject: string }): JSX.Element {
  const agents = useCell(useServices().agents);
  const isAgent = agents.some((agent) => agent.id === props.subject);
  return <a href={isAgent ? agentHref(props.subject) : deviceHref(props.subject)}>{props.subject}</a>;
}
