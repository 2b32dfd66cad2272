import { Modal, type ModalProps } from '@mantine/core';
import { useState } from 'react';
import { t } from '../lib/i18n';
import { Leaving, Loss } from './leaving';

type Props = Omit<ModalProps, 'opened'> & { /** Something in it is not saved. */ dirty: boolean };

/** A dialog with a form: neither a click beside it nor a slip of the hand loses what was typed. */
export function DraftModal({ dirty, onClose, ...modal }: Props) {
  const [asking, ask] = useState(false);
  return (
    <>
      <Modal {...modal} opened onClose={() => (dirty ? ask(true) : onClose())} />
      {/* Not there before it is asked: the key that closes the form would close the question, too. */}
      {asking && <Loss opened text={t('leaving.dialog-text')} onLeave={onClose} onStay={() => ask(false)} />}
      <Leaving dirty={dirty} text={t('leaving.dialog-text')} view />
    </>
  );
}
