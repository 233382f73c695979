const SELF = ["'self'"];

/**
 * What a browser may load and run of what we serve: no inline script or style, nothing from another host, no plain form;
 * `data:` serves our own small pictures. For `helmet`. `frameAncestors`: whose pages may hold it in a frame.
 */
export function contentPolicy(frameAncestors: string[]) {
  return {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: SELF,
      styleSrc: SELF,
      imgSrc: [...SELF, 'data:'],
      fontSrc: SELF,
      connectSrc: SELF,
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors,
    },
  };
}
