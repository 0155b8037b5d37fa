/** Stands in `ExposedPort.connect` for the address of whichever worker takes the connection. */
export const ANY_NODE = 'node.kubarium'
