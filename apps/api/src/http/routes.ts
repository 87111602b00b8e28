import { allows, isPublic, operationFor } from '#access';
import { ROLES } from '#care';
import { publishedPath, type Contract } from './endpoint.js';

/** One route as it is served. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly contract: Contract;
  readonly isPublic: boolean;
}

/**
 * The routes of a running API, checked as they are registered: a route without a contract, or one that the matrix of libs/access
 * does not know under the same operation, stops the start.
 */
export class Routes {
  private readonly served: Route[] = [];

  get all(): readonly Route[] {
    return this.served;
  }

  add(method: string, route: string, contract: Contract | undefined): Route {
    const path = publishedPath(route);
    if (!contract) throw new Error(`${method} ${path} declares no operation; use @Endpoint`);
    const open = isPublic(method, path);
    if (!open) assertInMatrix(method, path, contract.operation);
    const added = { method, path, contract, isPublic: open };
    this.served.push(added);
    return added;
  }

  /** The methods under which a path is served, whatever the method asked for. */
  methodsAt(pathname: string): string[] {
    return [...new Set(this.served.filter(({ path }) => pathMatches(path, pathname)).map(({ method }) => method))];
  }
}

function assertInMatrix(method: string, path: string, operation: string): void {
  const known = operationFor(method, path);
  if (known !== operation)
    throw new Error(`${method} ${path} is ${operation} here and ${known ?? 'missing'} in the matrix of libs/access`);
  if (!ROLES.some((role) => allows(role, operation))) throw new Error(`${operation} is allowed to nobody`);
}

function pathMatches(pattern: string, pathname: string): boolean {
  const wanted = pattern.split('/');
  const asked = pathname.split('/');
  return (
    wanted.length === asked.length &&
    wanted.every((part, i) => (part.startsWith('{') ? asked[i] !== '' : part === asked[i]))
  );
}
