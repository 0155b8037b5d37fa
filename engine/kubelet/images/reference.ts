/** What an image reference names. */
export interface Reference {
  /** Repository without the defaults of Docker Hub: "nginx", "registry.k8s.io/pause". */
  name: string
  /** "latest" unless the reference says otherwise. */
  tag: string
  /** "sha256:…", if the reference is pinned to a content. */
  digest?: string
}

/** Other addresses at which the official images of Docker Hub are served. */
const MIRRORS = ['mirror.gcr.io/', 'public.ecr.aws/docker/', 'registry-1.docker.io/', 'index.docker.io/', 'docker.io/']

const HOST =
  /^(?:[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*)(?::\d{1,5})?$/
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/
const MAX_NAME = 255

/** Splits a reference; the defaults of Docker Hub are left out, so that all spellings of a name agree. */
export function parseReference(reference: string): Reference {
  const [withoutDigest, digest] = reference.split('@')
  const colon = withoutDigest.lastIndexOf(':')
  const hasTag = colon > withoutDigest.lastIndexOf('/')
  const full = hasTag ? withoutDigest.slice(0, colon) : withoutDigest
  const tag = hasTag ? withoutDigest.slice(colon + 1) : 'latest'
  return { name: familiarName(full), tag, ...(digest ? { digest } : {}) }
}

/** What is wrong with a reference, in the words of registries (github.com/distribution/reference); undefined: nothing. */
export function referenceProblem(reference: string): string | undefined {
  const [withoutDigest, digest, ...more] = reference.split('@')
  const colon = withoutDigest.lastIndexOf(':')
  const hasTag = colon > withoutDigest.lastIndexOf('/')
  const full = hasTag ? withoutDigest.slice(0, colon) : withoutDigest
  if (more.length || (digest !== undefined && !DIGEST.test(digest))) return 'invalid reference format'
  if (hasTag && !TAG.test(withoutDigest.slice(colon + 1))) return 'invalid reference format'
  const components = full.split('/')
  if (components.length > 1 && isRegistry(components[0])) {
    if (!HOST.test(components[0])) return 'invalid reference format'
    components.shift()
  }
  if (components.every(c => COMPONENT.test(c)))
    return full.length > MAX_NAME ? `repository name must not be more than ${MAX_NAME} characters` : undefined
  if (components.every(c => COMPONENT.test(c.toLowerCase())))
    return 'invalid reference format: repository name must be lowercase'
  return 'invalid reference format'
}

/** The name in full, as a Node lists it: "docker.io/library/nginx". */
export function fullName(name: string): string {
  // Programs of this machine come from no registry.
  if (name.startsWith('host/')) return name
  const components = name.split('/')
  if (components.length > 1 && isRegistry(components[0])) return name
  return components.length === 1 ? `docker.io/library/${name}` : `docker.io/${name}`
}

function familiarName(full: string): string {
  const mirror = MIRRORS.find(prefix => full.startsWith(prefix))
  return full.slice(mirror?.length ?? 0).replace(/^library\//, '')
}

/** The first component of a name is a registry if no repository could be called so. */
function isRegistry(component: string): boolean {
  return /[.:]/.test(component) || component === 'localhost'
}
