export { buildImage, type Image } from './build-image.ts';
export { type BuildOptions, dockerfilePath } from './build-options.ts';
export type { HealthCheck, ImageConfig } from './plan.ts';
export { type PlanOptions, planImage } from './plan-image.ts';
export { RecipeFailed, RecipeRefused, type Refusal } from './refusal.ts';
export {
  type Confinement,
  type ConfinementStatus,
  Container,
  type ContainerExit,
  type ContainerMount,
  type ContainerOptions,
  findConfinement,
  NoCommand,
  startContainer,
} from './start-container.ts';
