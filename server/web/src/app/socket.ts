import { SUBPROTOCOL } from '../contract.ts';
import type { Connect } from '../live/live-client.ts';

/** Opens the live stream of the server that the page came from. */
export const connectSocket: Connect = (events) => {
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
  const socket = new WebSocket(`${scheme}://${window.location.host}/api/v1/live`, SUBPROTOCOL);
  socket.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (typeof event.data === 'string') events.onMessage(event.data);
  });
  socket.addEventListener('close', () => events.onClose());
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(),
  };
};
