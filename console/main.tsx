import '@cloudscape-design/global-styles/index.css';
import Box from '@cloudscape-design/components/box';
import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en.json';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { AppContext } from './app/app-context.ts';
import { Broken } from './app/broken.tsx';
import { loadConfig } from './app/config.ts';
import { router } from './app/routes.tsx';
import { Session } from './app/session.ts';
import { ApiContext, connectApi } from './data/api.ts';
import { PersonContext } from './data/person.ts';
import { createQueryClient } from './data/polling.ts';
import { NoticesProvider } from './parts/notices.tsx';

const place = document.getElementById('root');
if (place === null) throw new Error('The page has no element "root".');
const page = createRoot(place);

/** Signs in, then shows the page that the address names. */
async function start(): Promise<void> {
  const config = await loadConfig();
  const session = new Session(config);
  const person = await session.begin();
  const facts = {
    config,
    signIn: () => void session.signIn(),
    signOut: () => void session.signOut(),
  };
  page.render(
    <StrictMode>
      <I18nProvider locale="en" messages={[messages]}>
        <QueryClientProvider client={createQueryClient()}>
          <AppContext value={facts}>
            <PersonContext value={person}>
              <ApiContext value={connectApi(session)}>
                <NoticesProvider>
                  <RouterProvider router={router} />
                </NoticesProvider>
              </ApiContext>
            </PersonContext>
          </AppContext>
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
}

await start().catch((error: unknown) => {
  page.render(
    <main>
      <Box variant="h1" padding={{ top: 'l', horizontal: 'l' }}>
        Stepmill
      </Box>
      <Broken error={error} />
    </main>,
  );
});
