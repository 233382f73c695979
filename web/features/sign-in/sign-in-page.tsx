import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { api } from '../../api/client';
import { problemOf } from '../../api/problem';
import { sessionQuery } from '../../api/session';
import { Banner } from '../../components/banner';
import { Button } from '../../components/button';
import { Field } from '../../components/field';

/** E-mail and password; on this machine, where the server allows it, one click. */
export function SignInPage() {
  const { to } = useSearch({ from: '/sign-in' });
  const { data: session } = useSuspenseQuery(sessionQuery);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState<'local' | 'password' | null>(null);
  useEffect(() => {
    document.title = 'Sign in · Syncline';
  }, []);

  const signIn = async (how: 'local' | 'password', act: () => Promise<{ error?: unknown }>) => {
    setBusy(how);
    setProblem(null);
    const { error } = await act().catch((failure: unknown) => ({ error: failure }));
    setBusy(null);
    if (error !== undefined) {
      setProblem(problemOf(error).message);
      return;
    }
    await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
    await navigate({ to: to ?? '/companies' });
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body = { email: String(form.get('email')), password: String(form.get('password')) };
    void signIn('password', () => api.POST('/core/session', { body }));
  };

  if (session.data !== null) return <Navigate to={to ?? '/companies'} />;
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <div className="w-full max-w-sm rounded-xl border border-line bg-raised p-6 shadow-card">
        <img src="/icon.svg" alt="" className="mb-4 size-9" />
        <h1 className="text-lg font-semibold">Sign in to Syncline</h1>
        <p className="mb-5 text-[13px] text-muted">Your customers’ business data, kept in sync.</p>
        {problem !== null && (
          <div className="mb-4">
            <Banner tone="bad" title="You are not signed in">
              {problem}
            </Banner>
          </div>
        )}
        {session.local_sign_in && (
          <>
            <Button
              kind="primary"
              className="w-full"
              isBusy={busy === 'local'}
              onClick={() => void signIn('local', () => api.POST('/core/session/local'))}
            >
              Continue on this computer
            </Button>
            <p className="my-4 flex items-center gap-3 text-xs text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
              or with your account
            </p>
          </>
        )}
        <form onSubmit={submit} className="flex flex-col gap-4">
          <Field
            label="E-mail"
            name="email"
            type="text"
            inputMode="email"
            autoComplete="username"
            required
          />
          <Field
            label="Password"
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
          <Button
            kind={session.local_sign_in ? 'secondary' : 'primary'}
            type="submit"
            isBusy={busy === 'password'}
          >
            Sign in
          </Button>
        </form>
      </div>
    </main>
  );
}
