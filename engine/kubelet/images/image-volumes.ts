import { MissingVolume } from '../volumes/mounted.ts'
import type { ImageManager } from './image-manager.ts'

/** The folder that a volume of an image shows. @throws MissingVolume with what the containers that mount it wait for */
export function imageVolume(
  images: Pick<ImageManager, 'ensure'>,
  uid: string,
  reference: string,
  policy: string | undefined,
  event: (type: 'Normal' | 'Warning', reason: string, message: string) => void,
): string {
  const ensured = images.ensure({ uid, reference, policy }, event)
  if ('image' in ensured) return ensured.image.dir
  throw new MissingVolume(ensured.reason, ensured.message, ensured.retryAfterMs)
}
