/** Gives the value once. Afterwards nothing here refers to it, so its memory can be freed. */
export const once = <A>(value: A): (() => A) => {
  const held = [value];
  return () => {
    const [given] = held.splice(0);
    if (given === undefined) throw new Error('expected one call, got a second');
    return given;
  };
};
