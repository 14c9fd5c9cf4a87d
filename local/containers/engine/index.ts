export { EngineContainer, type EngineContainerOptions } from './engine-container.ts';
export { buildWithEngine, EngineFailed, type EngineImage } from './engine-image.ts';
export { type Engine, type EngineName, findEngine } from './find-engine.ts';
