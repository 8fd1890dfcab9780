// Runs before the first paint, so that a dark control room is not lit up white. The page itself may not hold scripts.
let theme = null;
try {
  theme = localStorage.getItem('gridwarden.theme');
} catch {}
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
