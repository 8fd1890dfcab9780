import { render } from 'preact';
import { App } from './app/app.tsx';
import { createServices, startServices } from './app/services.ts';
import { ServicesContext } from './ui/context.ts';

const services = createServices();
const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
const state = await services.session.begin();
render(
  <ServicesContext.Provider value={services}>
    <App />
  </ServicesContext.Provider>,
  root,
);
if (state.kind !== 'signedOut') startServices(services);
