import StrictJSON

/// Writes an `ExportMetricsServiceRequest` of all that is on the page: sums since the start, so that one that is lost
/// is made good by the next.
enum OTLPMetrics {
    /// Moments in nanoseconds since 1970.
    struct Period {
        var start: UInt64
        var end: UInt64
    }

    static func body(
        _ families: [PrometheusRegistry.Family], _ period: Period, from resource: OTLPResource
    ) -> [UInt8] {
        let metrics = families.map { Self.metric($0, period) }
        let scoped: JSONValue = ["scope": resource.scope, "metrics": .array(metrics)]
        let message: JSONValue = [
            "resourceMetrics": .array([["resource": resource.value, "scopeMetrics": .array([scoped])]])
        ]
        return Array(message.canonicalText.utf8)
    }

    private static func metric(_ family: PrometheusRegistry.Family, _ period: Period) -> JSONValue {
        let metric = family.metric
        let points = JSONValue.array(family.series.map { Self.point($0, of: metric, period) })
        var members: [String: JSONValue] = [
            "name": .string(metric.convention?.name ?? metric.name), "description": .string(metric.help),
        ]
        switch metric.kind {
        case .counter:
            members["sum"] = ["aggregationTemporality": 2, "isMonotonic": true, "dataPoints": points]
        case .gauge:
            members["gauge"] = ["dataPoints": points]
        case .histogram:
            members["unit"] = .string(metric.unit.rawValue)
            members["histogram"] = ["aggregationTemporality": 2, "dataPoints": points]
        }
        return .object(members)
    }

    private static func point(
        _ series: PrometheusRegistry.Series, of metric: Metric, _ period: Period
    ) -> JSONValue {
        let attributes = OTLPResource.texts(metric.convention?.labels ?? metric.labels, series.labelValues)
        var members: [String: JSONValue] = [
            "attributes": .array(attributes), "timeUnixNano": .string("\(period.end)"),
        ]
        if metric.kind != .gauge { members["startTimeUnixNano"] = .string("\(period.start)") }
        switch series.source {
        case .counter(let counter): members["asInt"] = .string("\(counter.value)")
        case .gauge(let gauge): members["asInt"] = .string("\(gauge.value)")
        case .reading(let read):
            // JSON has no way to write what is no number; the point is then without a value, which the format allows.
            let value = read()
            if value.isFinite { members["asDouble"] = .number(value) }
        case .histogram(let histogram):
            let counts = histogram.counts
            members["count"] = .string("\(counts.reduce(0, +))")
            members["sum"] = .number(Double(histogram.sum) / metric.unit.scale)
            members["bucketCounts"] = .array(counts.map { .string("\($0)") })
            members["explicitBounds"] = .array(metric.bounds.map { .number($0) })
        }
        return .object(members)
    }
}
