import { expect, test } from 'vitest';
import { guestLine, readGuests } from './guests';

test.each([
  ['mia@example.com', [['mia@example.com', '', '']]],
  ['mia@example.com, noah@example.com;lin@example.com\nomar@example.com', [['mia@example.com', '', ''], ['noah@example.com', '', ''], ['lin@example.com', '', ''], ['omar@example.com', '', '']]],
  ['Mia Wong <mia@example.com>', [['mia@example.com', 'Mia', 'Wong']]],
  ['"Ana Maria de Souza" <ana@example.com>', [['ana@example.com', 'Ana Maria de', 'Souza']]],
  ['Mia\tWong\tmia@example.com\r\nLin\tlin@example.com', [['mia@example.com', 'Mia', 'Wong'], ['lin@example.com', 'Lin', '']]],
  ['mia@example.com\nMIA@example.com', [['mia@example.com', '', '']]],
  ['', []],
])('%j', (text, people) => {
  const { guests, unread } = readGuests(text);
  expect(guests.map(({ email, first_name, last_name }) => [email, first_name, last_name])).toEqual(people);
  expect(unread).toEqual([]);
});

test('what has no address is given back', () => {
  expect(readGuests('Mia, lin@example.com, @, x@y').unread).toEqual(['Mia', '@', 'x@y']);
});

test('a line is read as it was written', () => {
  const guest = { email: 'mia@example.com', first_name: 'Mia', last_name: 'Wong' };
  expect(readGuests(guestLine(guest)).guests).toEqual([guest]);
});
