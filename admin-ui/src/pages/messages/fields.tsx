import { Button, Group, Stack, Text, Textarea, TextInput, Tooltip } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconClick, IconSquareAsterisk } from '@tabler/icons-react';
import { useRef } from 'react';
import { t } from '../../lib/i18n';
import type { Message, Which, Wording } from './queries';
import { languageOf, meaningOf } from './words';

type Placeholders = Message['placeholders'];
type Props = { form: UseFormReturnType<Wording>; which: Which; placeholders: Placeholders };
type Field = HTMLInputElement | HTMLTextAreaElement;

/** Subject and text, and the placeholders, which a click puts where the cursor is. */
export function Fields({ form, which, placeholders }: Props) {
  const text = useRef<HTMLTextAreaElement>(null);
  const last = useRef<Field>(null);
  const put = (piece: string, always?: Field | null) => insert(always ?? last.current ?? text.current, piece);
  return (
    <>
      {which.channel === 'email' && (
        <TextInput
          {...form.getInputProps('subject')}
          label={t('messages.subject')}
          description={t('messages.subject-hint', { site: '{site}' })}
          maxLength={200}
          lang={which.locale}
          onFocus={(event) => void (last.current = event.currentTarget)}
        />
      )}
      <Stack gap={6}>
        <Text size="sm" fw={500} id="placeholders">
          {t('messages.placeholders')}
        </Text>
        <Group gap={6} role="group" aria-labelledby="placeholders">
          {placeholders.map(({ written, essential }) => (
            <Placeholder key={written} written={written} essential={essential} onPut={() => put(written, written === '{site}' ? undefined : text.current)} />
          ))}
          <Blocks placeholders={placeholders} channel={which.channel} onPut={(piece) => put(piece, text.current)} />
        </Group>
        <Text size="xs" c="dimmed">
          {which.channel === 'email' ? t('messages.placeholders-hint', { 'name?': '{name?}' }) : t('messages.placeholders-sms')}
        </Text>
      </Stack>
      <Textarea
        {...form.getInputProps('text')}
        ref={text}
        label={t('messages.text', { language: languageOf(which.locale) })}
        autosize
        minRows={which.channel === 'email' ? 10 : 4}
        maxRows={24}
        maxLength={which.channel === 'email' ? 10_000 : 1_000}
        lang={which.locale}
        onFocus={(event) => void (last.current = event.currentTarget)}
      />
    </>
  );
}

type PlaceholderProps = { written: string; essential: boolean; onPut: () => void };

function Placeholder({ written, essential, onPut }: PlaceholderProps) {
  const about = [meaningOf(written), essential ? t('messages.essential') : written.endsWith('?}') ? t('messages.optional') : ''].filter(Boolean).join(' ');
  return (
    <Tooltip label={about} disabled={about === ''} multiline maw={280}>
      <Button size="compact-xs" variant={essential ? 'light' : 'default'} ff="monospace" fw={400} onClick={onPut} aria-label={t('messages.put', { what: written })}>
        {written}
      </Button>
    </Tooltip>
  );
}

/** A button, and a box with something to copy: paragraphs of their own in a mail. */
function Blocks({ placeholders, channel, onPut }: { placeholders: Placeholders; channel: string; onPut: (piece: string) => void }) {
  if (channel !== 'email') return null;
  const link = placeholders.find(({ written }) => /^\{link\??\}$/.test(written))?.written;
  const code = placeholders.find(({ written }) => /^\{(otp|token)\??\}$/.test(written))?.written;
  return (
    <>
      {link && (
        <Tooltip label={t('messages.block-button-hint')} multiline maw={280}>
          <Button size="compact-xs" variant="default" leftSection={<IconClick size={13} />} onClick={() => onPut(`\n\n[${t('messages.block-label')}](${link})\n\n`)}>
            {t('messages.block-button')}
          </Button>
        </Tooltip>
      )}
      {code && (
        <Tooltip label={t('messages.block-code-hint')} multiline maw={280}>
          <Button size="compact-xs" variant="default" leftSection={<IconSquareAsterisk size={13} />} onClick={() => onPut(`\n\n[${t('messages.block-code')}]\`${code}\`\n\n`)}>
            {t('messages.block-code')}
          </Button>
        </Tooltip>
      )}
    </>
  );
}

/** Where the cursor is, over what is selected; by the browser's own command, which Ctrl-Z takes back. */
function insert(field: Field | null, piece: string) {
  if (!field) return;
  field.focus();
  if (document.execCommand('insertText', false, piece)) return;
  field.setRangeText(piece, field.selectionStart ?? 0, field.selectionEnd ?? 0, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
