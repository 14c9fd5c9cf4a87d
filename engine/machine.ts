// placeholder while host.ts is being reviewed
export interface Machine { readonly startAt: string }
