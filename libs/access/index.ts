export { masterKeyId } from './keys/key-check.js';
export { openKeyStore, KEY_STORE_FILE, type KeyStoreOptions } from './keys/key-store.js';
export { damagedKeys, type DamagedKey } from './keys/damaged-keys.js';
export { openKeys } from './keys/open-keys.js';
export { rotateMasterKey, type Rotated } from './keys/rotate.js';
export { destroyKeys, holdKeyStore, keyNames, masterKeyIdOf, type KeyErasure, type KeyName } from './keys/key-file.js';
export {
  KeyDamaged,
  KeyDestroyed,
  KeyStoreUnusable,
  WrongMasterKey,
  type KeyRing,
  type KeyStore,
  type KeySubject,
} from './keys/key-ring.js';
export { loadMasterKey, MasterKeyError, type MasterKey, type MasterKeyOptions } from './keys/master-key.js';
export { PrivateFileError, readPrivateFile } from './private-file.js';
export type { Identity, Verifier } from './identity/identity.js';
export { IdentityProviderUnavailable, InvalidToken, type InvalidTokenReason } from './identity/invalid-token.js';
export { createVerifier, type VerifierOptions } from './identity/verifier.js';
export { createOidcVerifier, InsecureProvider, type OidcOptions } from './identity/oidc.js';
export { openTryIssuer, TryIssuerRefused, type TryIssuer, type TryTokenRequest } from './identity/try-issuer.js';
export { allows, isOwn, isPublic, operationFor, seesOnlyOwnPatients } from './authorisation.js';
export { MATRIX, PUBLIC, type Endpoint, type Operation } from './matrix.js';
export { matrixTable } from './matrix-table.js';
