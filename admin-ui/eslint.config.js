import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// What is forbidden here is the shape of the code: pages stay apart, primitives fetch nothing.
const forbid = (...group) => ({ 'no-restricted-imports': ['error', { patterns: [{ group }] }] });

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.d.ts', 'e2e/.results'] },
  ...tseslint.configs.recommended,
  { files: ['src/**/*.{ts,tsx}'], ...hooks.configs.flat.recommended },
  { files: ['src/pages/**'], rules: forbid('../../pages/*', '**/pages/**') },
  { files: ['src/ui/**'], rules: forbid('**/api/*', '!**/api/errors', '**/pages/**', '@tanstack/react-query') },
  { files: ['src/lib/**'], rules: forbid('**/api/*', '**/pages/**', '**/ui/*') },
);
