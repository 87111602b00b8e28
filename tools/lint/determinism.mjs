// A lint rule of our own: reading the clock through Date, while Date.parse and new Date(instant), which are pure, stay allowed.

/** @typedef {{ callee: { type: string, name?: string }, arguments: unknown[] }} Call */

const noDateOfNow = {
  /** @param {{ report: (problem: { node: unknown, message: string }) => void }} context */
  create(context) {
    const message = 'This reads the clock. Take `now` as an argument: the same input must give the same result.';
    return {
      /** @param {Call} node */
      NewExpression(node) {
        if (node.callee.name === 'Date' && node.arguments.length === 0) context.report({ node, message });
      },
      /** @param {Call} node */
      CallExpression(node) {
        if (node.callee.type === 'Identifier' && node.callee.name === 'Date') context.report({ node, message });
      },
    };
  },
};

export default { meta: { name: 'determinism' }, rules: { 'no-date-of-now': noDateOfNow } };
