// Networks: modules, layers, losses, optimisers, and their state on disk.
export { auxiliaryLoss, type WithAuxiliary, withAuxiliaryLosses } from './auxiliary.ts';
export { type FusedActivation, FusedConv2d, FusedConvTranspose2d, fuse, fuseLayers } from './fold.ts';
export * as init from './init.ts';
export * from './layers/index.ts';
export * from './losses/index.ts';
export { type AnyModule, inInference, Module } from './module.ts';
export * as networks from './networks/index.ts';
export * from './optim/index.ts';
export { Parameter, stateBuffer } from './parameter.ts';
export { encodeSafetensors, readSafetensors, SafetensorsFile, writeSafetensors } from './safetensors.ts';
export { type ArrayEntry, type LoadOptions, type LoadReport, loadModuleState, moduleState, type State } from './state.ts';
