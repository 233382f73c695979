import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button, type ButtonProps } from './button';

const SHOWN_MS = 1_500;

/** Copies a text and says so for a moment. */
export function CopyButton({
  text,
  label = 'Copy',
  ...rest
}: { readonly text: string; readonly label?: string } & Omit<ButtonProps, 'onClick' | 'icon'>) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    window.setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <Button
      {...rest}
      onClick={() => void copy()}
      icon={isCopied ? <Check className="size-3.5" /> : <Copy className="size-3.5" />}
    >
      <span aria-live="polite">{isCopied ? 'Copied' : label}</span>
    </Button>
  );
}
