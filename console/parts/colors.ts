import './colors.css';

/** Cloudscape's colours, for what is drawn by hand; they follow the mode. */
export const COLORS = {
  surface: 'var(--stepmill-surface)',
  infoSurface: 'var(--stepmill-info-surface)',
  successSurface: 'var(--stepmill-success-surface)',
  warningSurface: 'var(--stepmill-warning-surface)',
  errorSurface: 'var(--stepmill-error-surface)',
  divider: 'var(--stepmill-divider)',
  /** Of what the present is compared with. */
  baseline: 'var(--stepmill-baseline)',
  selected: 'var(--stepmill-selected)',
  info: 'var(--stepmill-info)',
  success: 'var(--stepmill-success)',
  warning: 'var(--stepmill-warning)',
  error: 'var(--stepmill-error)',
  text: 'var(--stepmill-text)',
  quietText: 'var(--stepmill-quiet-text)',
} as const;
