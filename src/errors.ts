// The one error class, and the codes that TypeScript itself raises.

/** Codes raised above the native code, each with its sentence; the native ones stand in `bindings/native.gen.ts`. */
export const ownCodes = {
  BINARY_MISSING: 'The native addon was not found or could not be loaded.',
  ARGUMENT_INVALID: 'An argument is of the wrong kind or out of range.',
  TAPE_MISUSED: 'A gradient was asked for in a way that the tape cannot serve.',
  STATE_INVALID: 'A file or map of arrays does not hold what was expected.',
  WEIGHTS_UNREADABLE: 'A file of pretrained weights is missing or may not be read.',
  WEIGHTS_MISSING: 'A method wants pretrained weights and was given none.',
  RUNTIME_MISSING: 'An optional package is not installed, or what it computes failed.',
  TRAINING_DIVERGED: 'The loss of a training step is not finite.',
  PICTURE_INVALID: 'Numbers are not those of a picture.',
  PICTURE_MISSING: 'There is no picture at a path.',
  PICTURE_UNREADABLE: 'A file may not be read, or is none.',
  PICTURE_EMPTY: 'A file of no bytes stands where a picture was expected.',
  PICTURE_UNKNOWN: 'A file is no picture, whatever its name says.',
  PICTURE_UNSUPPORTED: 'A picture is of a kind that cannot be decoded.',
  PICTURE_DAMAGED: 'The file of a picture is damaged or cut short.',
  PICTURE_TOO_LARGE: 'A picture has more pixels than the limit allows.',
  MASK_INVALID: 'A true mask does not go with its picture or its label.',
  DATA_UNKNOWN: 'A place on disk has the shape of no known layout.',
  DATA_INVALID: 'What describes a data set is not as its layout wants it.',
  DATA_UNUSABLE: 'Not one picture of a set could be read.',
  METHOD_UNKNOWN: 'There is no method of that name.',
  MODEL_INVALID: 'A model file is cut short, damaged or altered, or no model file.',
  MODEL_TOO_NEW: 'A model file was written by a later version of this library.',
  MODEL_UNREADABLE: 'A model file is missing, or may not be read or written.',
  CALIBRATION_TOO_SMALL: 'There are fewer normal pictures than a false-alarm rate asks for.',
  AREA_EMPTY: 'Of a picture no pixel is left to be looked at.',
  SCORE_INVALID: 'A map or a score came out as NaN or infinite.',
  EXPORT_UNSUPPORTED: 'A detector does what the format of an export has no words for.',
  DETECTOR_DISPOSED: 'A detector was used after it had been disposed.',
  ADDRESS_UNUSABLE: 'The service cannot listen at an address.',
  REQUEST_INVALID: 'A request to the service is not of the form that it describes.',
  REQUEST_TOO_LARGE: 'A request to the service has more bytes or more pictures than the limits allow.',
  REQUEST_UNAUTHORISED: 'A request to the service came without its token.',
  REQUEST_FOREIGN: 'A request to the service was made for another host, or by the page of another.',
  ROUTE_UNKNOWN: 'The service has nothing at a path, or not by that method.',
  MODEL_UNKNOWN: 'The service has no model of that name.',
  SERVICE_BUSY: 'As many pictures wait in the service as may; the same request may be sent again later.',
  SERVICE_TIMEOUT: 'The service did not answer within the time that a request may take; it may be sent again.',
  SERVICE_CLOSING: 'The service is ending and takes nothing new.',
  SERVICE_FAILED: 'The service failed in a way that it should not; its log says more.',
} as const;

/** Codes that TypeScript raises. */
export type OwnCode = keyof typeof ownCodes;

/**
 * The one error of this library. `message` reads *where: what is wrong, with the numbers; what was expected*; `code` is
 * stable. `Code` is narrowed by the layers above, which know the native codes.
 */
export class BlemishError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BlemishError';
    this.code = code;
  }
}

/** Throws ARGUMENT_INVALID unless the condition holds. */
export function must(condition: unknown, message: string): asserts condition {
  if (!condition) throw new BlemishError<OwnCode>('ARGUMENT_INVALID', message);
}
