/** The same as in busybox: the image of the cluster's own tests brings it too. */

import '../../busybox/nslookup/main.ts'
