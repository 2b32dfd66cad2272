// Runs before the first paint so that a dark page never flashes white. A file of its own
// because the content security policy allows no inline scripts.
(function () {
  var chosen = null;
  try {
    chosen = window.localStorage.getItem('keyhall-color-scheme');
  } catch {
    // Storage is switched off: follow the system.
  }
  var dark = chosen === 'dark' || (chosen !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
