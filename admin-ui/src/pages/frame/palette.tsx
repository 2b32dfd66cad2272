import { Combobox, Modal, ScrollArea, Text, TextInput, useCombobox } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { t } from '../../lib/i18n';
import { useFinds } from './finds';

type PaletteProps = { slug: string | undefined; opened: boolean; onClose: () => void };

/** One box that leads everywhere: to a room, a user, a tenant, or an action. */
export function Palette({ slug, opened, onClose }: PaletteProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size={560}
      yOffset="12vh"
      centered={false}
      attributes={{ content: { 'aria-label': t('palette.title') } }}
    >
      {opened && <Box slug={slug} onDone={onClose} />}
    </Modal>
  );
}

function Box({ slug, onDone }: { slug: string | undefined; onDone: () => void }) {
  const [text, setText] = useState('');
  const combobox = useCombobox({ opened: true });
  const { groups, pending } = useFinds(slug, text.trim());
  const all = groups.flatMap(({ finds }) => finds);
  const ids = all.map(({ id }) => id).join(' ');
  const { selectFirstOption } = combobox;

  // Enter takes the best find, so the first one is chosen whenever the list has changed.
  useEffect(() => {
    selectFirstOption();
  }, [ids, selectFirstOption]);

  const submit = (id: string) => {
    onDone();
    all.find((find) => find.id === id)?.go();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={submit}>
      <Combobox.EventsTarget withExpandedAttribute>
        <TextInput
          data-autofocus
          variant="unstyled"
          size="md"
          px="sm"
          leftSection={<IconSearch size={18} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && onDone()} // the list is always open, so the dialog leaves the key to it
          placeholder={t('palette.search')}
          aria-label={t('palette.search')}
        />
      </Combobox.EventsTarget>
      <ScrollArea.Autosize mah="52vh" type="scroll" px="xs" style={{ borderTop: '1px solid var(--keyhall-line)' }}>
        <Combobox.Options aria-label={t('palette.title')} py="xs">
          {groups.map(({ name, finds }) => (
            <Combobox.Group key={name} label={name}>
              {finds.map(({ id, icon: Glyph, label, detail }) => (
                <Combobox.Option key={id} value={id} style={{ display: 'flex', alignItems: 'center', gap: 10 }}>
                  <Glyph size={18} stroke={1.6} aria-hidden style={{ flexShrink: 0 }} />
                  <Text span size="sm" truncate>
                    {label}
                  </Text>
                  {detail && (
                    <Text span size="xs" opacity={0.8} truncate ml="auto" maw="50%">
                      {detail}
                    </Text>
                  )}
                </Combobox.Option>
              ))}
            </Combobox.Group>
          ))}
          {all.length === 0 && <Combobox.Empty>{pending ? '…' : t('palette.none')}</Combobox.Empty>}
        </Combobox.Options>
      </ScrollArea.Autosize>
      <Text size="xs" c="dimmed" px="md" py={8} visibleFrom="sm" style={{ borderTop: '1px solid var(--keyhall-line)' }}>
        {t('palette.hint')}
      </Text>
    </Combobox>
  );
}
