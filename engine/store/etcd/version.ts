/** The version of etcd whose API this is. */
export const ETCD_VERSION = '3.6.0'
