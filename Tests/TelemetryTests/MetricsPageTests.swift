import Foundation
import Telemetry
import Testing

@Suite("The reference of metrics")
struct MetricsPageTests {
    @Test("has every metric with its kind, its labels and what it tells, in the order of the page")
    func complete() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/reference/metrics.md"), encoding: .utf8)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") && $0.hasSuffix(". |") }
            .filter { $0.contains("| counter |") || $0.contains("| gauge |") || $0.contains("| histogram |") }
        #expect(rows.count == SluiceMetrics.all.count)
        for (row, metric) in zip(rows, SluiceMetrics.all) {
            let all = metric.labels.map { "`\($0)`" }
            let own = metric.convention == nil ? all : Array(all.dropFirst(SluiceMetrics.genAIAttributes.count))
            let labels = (metric.convention == nil ? [] : ["those of the conventions"]) + own
            let front = "| `\(metric.name)` | \(metric.kind.rawValue) | \(labels.joined(separator: ", ")) |"
            #expect(row == "\(front) \(metric.help) |")
            if let convention = metric.convention {
                #expect(page.contains("| `\(convention.name)` | `\(metric.name)` |"))
                for label in convention.labels { #expect(page.contains("| `\(label)` | ")) }
            }
        }
        #expect(page.contains("at most \(GenAIMetrics.mostCombinations) combinations"))
    }
}
