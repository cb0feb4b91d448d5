// The room's barrel: fields, shapes, and the steps that lay them on pictures.

export * from './displacement-field.ts';
export * from './paste-copy.ts';
export * from './paste-texture.ts';
export * from './soft-disks.ts';
export * from './textures.ts';
