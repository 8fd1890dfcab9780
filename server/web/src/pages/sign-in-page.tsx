import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { MessageKey } from '../i18n/messages.ts';
import { ApiError } from '../rest/api.ts';
import { useServices, useT } from '../ui/context.ts';
import { LanguageSwitch, ThemeChoice } from '../ui/header.tsx';
import { Logo, WarningSign } from '../ui/icons.tsx';

const REASONS: Readonly<Record<string, MessageKey>> = {
  UNAUTHENTICATED: 'signIn.wrong',
  TOO_MANY_REQUESTS: 'signIn.tooMany',
  UNREACHABLE: 'signIn.unreachable',
};

interface Trouble {
  readonly key: MessageKey;
  readonly reason: string;
}

/** In place of every page while the server has users and nobody has signed in. */
export function SignInPage(): JSX.Element {
  const t = useT();
  useEffect(() => {
    document.title = t('app.title', { page: t('signIn.title') });
  }, [t]);
  return (
    <main id="main" class="sign-in" tabIndex={-1}>
      <div class="sign-in-top">
        <Logo />
        <span class="sign-in-name">{t('app.name')}</span>
        <ThemeChoice />
        <LanguageSwitch />
      </div>
      <h1>{t('signIn.title')}</h1>
      <SignInForm />
      <p class="note">{t('signIn.hint')}</p>
    </main>
  );
}

function SignInForm(): JSX.Element {
  const t = useT();
  const { session } = useServices();
  const [token, setToken] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined);
  const submit = async () => {
    setBusy(true);
    setTrouble(undefined);
    try {
      await session.signIn(token.trim());
    } catch (error) {
      setTrouble(troubleOf(error));
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label for="token">{t('signIn.token')}</label>
      <input
        id="token"
        type="password"
        autocomplete="current-password"
        required
        maxLength={300}
        value={token}
        aria-describedby={trouble && 'sign-in-trouble'}
        aria-invalid={trouble !== undefined}
        onInput={(event) => setToken(event.currentTarget.value)}
      />
      <button type="submit" disabled={isBusy}>
        {t(isBusy ? 'signIn.busy' : 'signIn.submit')}
      </button>
      <div role="alert" id="sign-in-trouble">
        {trouble && (
          <p class="error-note">
            <WarningSign /> {t(trouble.key, { reason: trouble.reason })}
          </p>
        )}
      </div>
    </form>
  );
}

function troubleOf(error: unknown): Trouble {
  const reason = error instanceof Error ? error.message : String(error);
  return { key: (error instanceof ApiError && REASONS[error.code]) || 'signIn.failed', reason };
}
