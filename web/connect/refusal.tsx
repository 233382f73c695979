import { Banner } from '../components/banner';
import { problemOf } from '../api/problem';

interface Words {
  readonly tone: 'bad' | 'wait' | 'warn';
  readonly title: string;
  readonly text: string;
}

/** What the server said to an attempt to connect: what happened, and what to do now. */
export function Refusal({
  error,
  platform,
}: {
  readonly error: unknown;
  readonly platform: string;
}) {
  const { tone, title, text } = wordsOf(error, platform);
  return (
    <Banner tone={tone} title={title}>
      {text}
    </Banner>
  );
}

function wordsOf(error: unknown, platform: string): Words {
  const { code, message } = problemOf(error);
  switch (code) {
    case 'platform-denied':
      return {
        tone: 'bad',
        title: `${platform} refused these details`,
        text: 'Check each of them, best by signing in there yourself, and test again. Nothing was stored.',
      };
    case 'platform-unavailable':
      return {
        tone: 'wait',
        title: `${platform} cannot be reached`,
        text: 'It may be down, or its address may be wrong. Nothing was stored; try again in a minute.',
      };
    case 'different-account':
      return {
        tone: 'bad',
        title: 'This is a different account',
        text: `Sign in with the ${platform} account that was connected before. To connect another one, ask for a new link.`,
      };
    case 'rate-limited':
      return {
        tone: 'wait',
        title: 'Too many attempts',
        text: 'Wait a minute, then try again.',
      };
    case 'unreachable':
      return {
        tone: 'wait',
        title: 'No connection to the server',
        text: 'Check your internet connection, then try again. Nothing was stored.',
      };
    default:
      return { tone: 'warn', title: 'This did not work', text: message };
  }
}
