/**
 * Metrics in the form in which autoscaling/v1 objects carry them in annotations: target and value side by side, instead of
 * the identifier and the target of v2.
 */

/* eslint-disable @typescript-eslint/no-explicit-any -- converts open objects */

/** A metric of spec.metrics of v2 in the form of v1's annotation. */
export function toV1Metric(metric: any): any {
  const { type, object, pods, resource, containerResource, external } = metric
  return filled({
    type,
    object:
      object &&
      filled({
        target: object.describedObject,
        metricName: object.metric?.name,
        targetValue: object.target?.value ?? '0',
        selector: object.metric?.selector,
        averageValue: object.target?.averageValue,
      }),
    pods:
      pods &&
      filled({
        metricName: pods.metric?.name,
        targetAverageValue: pods.target?.averageValue ?? '0',
        selector: pods.metric?.selector,
      }),
    resource: resource && filled({ name: resource.name, ...utilization(resource.target) }),
    containerResource:
      containerResource &&
      filled({
        name: containerResource.name,
        ...utilization(containerResource.target),
        container: containerResource.container,
      }),
    external:
      external &&
      filled({
        metricName: external.metric?.name,
        metricSelector: external.metric?.selector,
        targetValue: external.target?.value,
        targetAverageValue: external.target?.averageValue,
      }),
  })
}

/** The way back. What kind of target was meant follows from the fields that are set. */
export function fromV1Metric(metric: any): any {
  const { type, object, pods, resource, containerResource, external } = metric
  const byUse = (source: any) =>
    filled({
      type: source.targetAverageUtilization === undefined ? 'AverageValue' : 'Utilization',
      averageValue: source.targetAverageValue,
      averageUtilization: source.targetAverageUtilization,
    })
  return filled({
    type,
    object:
      object &&
      filled({
        describedObject: object.target,
        target: filled({
          type: object.averageValue === undefined ? 'Value' : 'AverageValue',
          value: isZero(object.targetValue) && object.averageValue !== undefined ? undefined : object.targetValue,
          averageValue: object.averageValue,
        }),
        metric: filled({ name: object.metricName, selector: object.selector }),
      }),
    pods:
      pods &&
      filled({
        metric: filled({ name: pods.metricName, selector: pods.selector }),
        target: filled({ type: 'AverageValue', averageValue: pods.targetAverageValue }),
      }),
    resource: resource && filled({ name: resource.name, target: byUse(resource) }),
    containerResource:
      containerResource &&
      filled({
        name: containerResource.name,
        target: byUse(containerResource),
        container: containerResource.container,
      }),
    external:
      external &&
      filled({
        metric: filled({ name: external.metricName, selector: external.metricSelector }),
        target: filled({
          type: external.targetValue === undefined ? 'AverageValue' : 'Value',
          value: external.targetValue,
          averageValue: external.targetAverageValue,
        }),
      }),
  })
}

/** A metric of status.currentMetrics of v2 in the form of v1's annotation. */
export function toV1Status(status: any): any {
  const { type, object, pods, resource, containerResource, external } = status
  const use = (source: any) => ({
    currentAverageUtilization: source.current?.averageUtilization,
    currentAverageValue: source.current?.averageValue ?? '0',
  })
  return filled({
    type,
    object:
      object &&
      filled({
        target: object.describedObject,
        metricName: object.metric?.name,
        currentValue: object.current?.value ?? '0',
        selector: object.metric?.selector,
        averageValue: object.current?.averageValue,
      }),
    pods:
      pods &&
      filled({
        metricName: pods.metric?.name,
        currentAverageValue: pods.current?.averageValue ?? '0',
        selector: pods.metric?.selector,
      }),
    resource: resource && filled({ name: resource.name, ...use(resource) }),
    containerResource:
      containerResource &&
      filled({ name: containerResource.name, ...use(containerResource), container: containerResource.container }),
    external:
      external &&
      filled({
        metricName: external.metric?.name,
        metricSelector: external.metric?.selector,
        currentValue: external.current?.value ?? '0',
        currentAverageValue: external.current?.averageValue,
      }),
  })
}

export function fromV1Status(status: any): any {
  const { type, object, pods, resource, containerResource, external } = status
  const use = (source: any) =>
    filled({ averageValue: source.currentAverageValue, averageUtilization: source.currentAverageUtilization })
  return filled({
    type,
    object:
      object &&
      filled({
        metric: filled({ name: object.metricName, selector: object.selector }),
        current: filled({ value: object.currentValue, averageValue: object.averageValue }),
        describedObject: object.target,
      }),
    pods:
      pods &&
      filled({
        metric: filled({ name: pods.metricName, selector: pods.selector }),
        current: filled({ averageValue: pods.currentAverageValue }),
      }),
    resource: resource && filled({ name: resource.name, current: use(resource) }),
    containerResource:
      containerResource &&
      filled({
        name: containerResource.name,
        current: use(containerResource),
        container: containerResource.container,
      }),
    external:
      external &&
      filled({
        metric: filled({ name: external.metricName, selector: external.metricSelector }),
        current: filled({ value: external.currentValue, averageValue: external.currentAverageValue }),
      }),
  })
}

const utilization = (target: any) => ({
  targetAverageUtilization: target?.averageUtilization,
  targetAverageValue: target?.averageValue,
})

const isZero = (quantity: unknown): boolean => quantity === undefined || quantity === '0'

/** Without the members that are not there. */
function filled(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null))
}
