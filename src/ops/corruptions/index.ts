// The room's barrel: fields, shapes, and the steps that lay them on pictures.

export * from './blotches.ts';
export * from './displacement-field.ts';
export * from './paste-copy.ts';
export * from './paste-texture.ts';
export * from './probe.ts';
export * from './soft-shapes.ts';
export * from './strokes.ts';
export * from './textures.ts';
