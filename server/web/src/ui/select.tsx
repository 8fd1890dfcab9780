import type { JSX } from 'preact';

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly onChange: (value: string) => void;
}

/** A labelled choice. A value that is not among the options (from an old bookmark) is offered as it is. */
export function Select(props: SelectProps): JSX.Element {
  const isKnown = props.options.some((option) => option.value === props.value);
  const options = isKnown ? props.options : [...props.options, { value: props.value, text: props.value }];
  return (
    <label class="field">
      <span>{props.label}</span>
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </label>
  );
}
