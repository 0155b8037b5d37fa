/* eslint-disable @typescript-eslint/no-explicit-any -- reads what clients sent */

/** A file of a volume, and what it comes from where a volume has several sources. */
interface File {
  path: string
  source: string
}

/** Remarks on files of volumes that take each other's place, or lie below each other. */
export function overlaps(volumes: any[] | undefined): string[] {
  return (volumes ?? []).flatMap(volume => {
    const named = (what: string, overlap: string) =>
      `volume ${JSON.stringify(volume.name ?? '')} (${what}): overlapping paths: ${overlap}`
    const alone = (what: string, items: any[] | undefined) =>
      collisions(filesOf(items, '')).map(overlap => named(what, overlap))
    const warnings = [
      ...alone(`ConfigMap ${JSON.stringify(volume.configMap?.name ?? '')}`, volume.configMap?.items),
      ...alone(`Secret ${JSON.stringify(volume.secret?.secretName ?? '')}`, volume.secret?.items),
      ...alone('DownwardAPI', volume.downwardAPI?.items),
    ]
    const files: File[] = []
    for (const source of volume.projected?.sources ?? []) {
      if (!Object.keys(source).length)
        warnings.push(`volume ${JSON.stringify(volume.name ?? '')} (Projected) has no sources provided`)
      files.push(...filesOfSource(source))
    }
    return [...warnings, ...collisions(files).map(overlap => named('Projected', overlap))]
  })
}

const filesOf = (items: any[] | undefined, source: string): File[] =>
  (items ?? []).map(item => ({ path: item.path ?? '', source }))

function filesOfSource(source: any): File[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle: bundle, podCertificate } = source
  if (configMap?.items) return filesOf(configMap.items, `ConfigMap ${JSON.stringify(configMap.name ?? '')}`)
  if (secret?.items) return filesOf(secret.items, `Secret ${JSON.stringify(secret.name ?? '')}`)
  if (downwardAPI?.items) return filesOf(downwardAPI.items, 'DownwardAPI')
  if (serviceAccountToken) return [{ path: serviceAccountToken.path ?? '', source: 'ServiceAccountToken' }]
  if (bundle)
    return [
      {
        path: bundle.path ?? '',
        source: `ClusterTrustBundle ${JSON.stringify(bundle.name ?? bundle.signerName ?? '')}`,
      },
    ]
  return (
    [
      ['certificateChainPath', 'PodCertificate chain'],
      ['keyPath', 'PodCertificate key'],
      ['credentialBundlePath', 'PodCertificate credential bundle'],
    ] as const
  ).flatMap(([key, what]) => (podCertificate?.[key] ? [{ path: podCertificate[key], source: what }] : []))
}

/** Every file with each of those before it that it meets. */
function collisions(files: File[]): string[] {
  const known: File[] = []
  return files.flatMap(({ path, source }) => {
    const file = { path: path.replace(/\/+$/, ''), source }
    const met = known.filter(
      other =>
        file.path &&
        other.path &&
        (`${other.path}/`.startsWith(`${file.path}/`) || `${file.path}/`.startsWith(`${other.path}/`)),
    )
    known.push(file)
    return met.map(other => `${shown(file)} with ${shown(other)}`)
  })
}

const shown = ({ path, source }: File): string => JSON.stringify(path) + (source ? ` (${source})` : '')
