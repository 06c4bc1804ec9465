/// Writes families of series in the Prometheus text exposition format 0.0.4.
enum PrometheusText {
    static func render(_ families: [PrometheusRegistry.Family]) -> [UInt8] {
        var page = ""
        for family in families {
            let metric = family.metric
            page += "# HELP \(metric.name) \(self.escaped(metric.help, quotes: false))\n"
            page += "# TYPE \(metric.name) \(metric.kind.rawValue)\n"
            for series in family.series { self.append(series, of: metric, to: &page) }
        }
        return Array(page.utf8)
    }

    private static func append(_ series: PrometheusRegistry.Series, of metric: Metric, to page: inout String) {
        // To Prometheus a label without a value is the same as none.
        let labels = zip(metric.labels, series.labelValues).filter { !$1.isEmpty }
            .map { "\($0)=\"\(self.escaped($1, quotes: true))\"" }
        switch series.source {
        case .counter(let counter):
            page += "\(metric.name)\(self.braced(labels)) \(counter.value)\n"
        case .gauge(let gauge):
            page += "\(metric.name)\(self.braced(labels)) \(gauge.value)\n"
        case .reading(let read):
            page += "\(metric.name)\(self.braced(labels)) \(self.number(read()))\n"
        case .histogram(let histogram):
            let counts = histogram.cumulative
            for (bound, count) in zip(metric.bounds.map { self.number($0) } + ["+Inf"], counts) {
                page += "\(metric.name)_bucket\(self.braced(labels + ["le=\"\(bound)\""])) \(count)\n"
            }
            let sum = metric.unit == .seconds ? self.seconds(nanoseconds: histogram.sum) : "\(histogram.sum)"
            page += "\(metric.name)_sum\(self.braced(labels)) \(sum)\n"
            page += "\(metric.name)_count\(self.braced(labels)) \(counts[counts.count - 1])\n"
        }
    }

    private static func braced(_ labels: [String]) -> String {
        labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
    }

    /// Backslash and line feed, and in label values the quotation mark.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// As Go's `ParseFloat` reads it; whole numbers without a point.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int(exactly: value) { return "\(whole)" }
        return "\(value)"
    }

    /// Nanoseconds in seconds, without rounding.
    static func seconds(nanoseconds: UInt64) -> String {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest > 0 else { return "\(whole)" }
        var digits = String(rest)
        digits = String(repeating: "0", count: 9 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
