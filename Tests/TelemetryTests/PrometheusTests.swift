import SluiceTesting
import Telemetry
import Testing

private enum Colour: String, MetricLabel {
    case red, green
}

extension PrometheusRegistry {
    fileprivate var page: String { String(decoding: self.render(), as: UTF8.self) }
}

@Suite("A page of metrics")
struct PrometheusTests {
    private let registry = PrometheusRegistry()

    @Test("shows counters, gauges and readings in the order of registration")
    func simple() {
        self.registry.counter(.counter("b_total", "B.")).increment(by: 3)
        let gauge = self.registry.gauge(.gauge("a", "A."))
        gauge.set(5)
        gauge.add(-7)
        self.registry.reading(.gauge("age_seconds", "Age.")) { 0.25 }
        #expect(
            self.registry.page == """
                # HELP b_total B.
                # TYPE b_total counter
                b_total 3
                # HELP a A.
                # TYPE a gauge
                a -2
                # HELP age_seconds Age.
                # TYPE age_seconds gauge
                age_seconds 0.25

                """)
    }

    @Test("counts each observation in every bucket that is wide enough, with the exact sum")
    func histogram() {
        let metric = Metric.histogram("t_seconds", "T.", bounds: [0.1, 1, 10])
        let histogram = self.registry.histogram(metric)
        for seconds in [0.05, 0.1, 0.1000001, 1, 9.5, 11] { histogram.observe(seconds: seconds) }
        histogram.observe(nanoseconds: 100_000_000)
        #expect(
            self.registry.page == """
                # HELP t_seconds T.
                # TYPE t_seconds histogram
                t_seconds_bucket{le="0.1"} 3
                t_seconds_bucket{le="1"} 5
                t_seconds_bucket{le="10"} 6
                t_seconds_bucket{le="+Inf"} 7
                t_seconds_sum 21.8500001
                t_seconds_count 7

                """)
    }

    @Test("takes odd observations without harm")
    func oddObservations() {
        let histogram = self.registry.histogram(.histogram("t_seconds", "T.", bounds: [1]))
        for seconds in [-1, .nan, .infinity, -.infinity, 1e300, -0.0] { histogram.observe(seconds: seconds) }
        histogram.observe(nanoseconds: .max)
        #expect(self.registry.page.contains("t_seconds_bucket{le=\"1\"} 3\n"))
        #expect(self.registry.page.contains("t_seconds_count 6\n"))
    }

    @Test("escapes what would break a line or a label")
    func escapes() {
        self.registry.counter(.counter("x_total", "One\\two\n\"three\".", labels: ["l"]), ["a\\b\"c\nd"]).increment()
        #expect(
            self.registry.page == """
                # HELP x_total One\\\\two\\n"three".
                # TYPE x_total counter
                x_total{l="a\\\\b\\"c\\nd"} 1

                """)
    }

    @Test("writes numbers that are none as the format names them")
    func numbers() {
        for (name, value) in [("a", Double.nan), ("b", .infinity), ("c", -.infinity), ("d", 1e300), ("e", -2)] {
            self.registry.reading(.gauge(name, "")) { value }
        }
        let values = self.registry.page.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(values == ["a NaN", "b +Inf", "c -Inf", "d 1e+300", "e -2"])
    }

    @Test("gives the same handle for the same series")
    func same() {
        let metric = Metric.counter("x_total", "X.", labels: ["l"])
        #expect(self.registry.counter(metric, ["a"]) === self.registry.counter(metric, ["a"]))
        #expect(self.registry.counter(metric, ["a"]) !== self.registry.counter(metric, ["b"]))
    }

    @Test("splits by closed sets, and by words with one place for all others")
    func labels() {
        let metric = Metric.counter("x_total", "X.", labels: ["colour"])
        let colours = Labeled<Colour, Counter> { self.registry.counter(metric, [$0.labelValue]) }
        colours[.green].increment()
        let other = Metric.counter("y_total", "Y.", labels: ["code"])
        let codes = Worded(["a", "b", "a"]) { self.registry.counter(other, [$0]) }
        codes["b"].increment()
        codes["made up by a caller"].increment()
        codes["other"].increment()
        let series = self.registry.page.split(separator: "\n").filter { !$0.hasPrefix("#") }.sorted()
        #expect(
            series == [
                "x_total{colour=\"green\"} 1", "x_total{colour=\"red\"} 0", "y_total{code=\"a\"} 0",
                "y_total{code=\"b\"} 1", "y_total{code=\"other\"} 2",
            ])
    }

    @Test("loses no update of many threads")
    func threads() async {
        let counter = self.registry.counter(.counter("x_total", ""))
        let gauge = self.registry.gauge(.gauge("g", ""))
        let histogram = self.registry.histogram(.histogram("t_seconds", "", bounds: [1]))
        await withDiscardingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<5_000 {
                        counter.increment()
                        gauge.add(1)
                        histogram.observe(nanoseconds: 3)
                        gauge.add(-1)
                    }
                }
            }
        }
        #expect(counter.value == 40_000)
        #expect(gauge.value == 0)
        #expect(self.registry.page.contains("t_seconds_sum 0.00012\nt_seconds_count 40000\n"))
    }

    @Test("stops the program for a registration in another form")
    func traps() async {
        await #expect(processExitsWith: .failure) {
            _ = PrometheusRegistry().counter(.counter("x_total", "", labels: ["l"]), [])
        }
        await #expect(processExitsWith: .failure) {
            _ = PrometheusRegistry().counter(.gauge("x", ""))
        }
        await #expect(processExitsWith: .failure) {
            let registry = PrometheusRegistry()
            let metric = Metric.counter("x_total", "", labels: ["l"])
            for value in 0...PrometheusRegistry.mostSeries { _ = registry.counter(metric, ["\(value)"]) }
        }
    }
}

@Suite("The catalogue of metrics")
struct SluiceMetricsTests {
    private let metrics = SluiceMetrics(
        version: "1.2.3",
        words: .init(
            refusalCodes: ["stage_not_open"], failureReasons: ["timeout"], operations: ["grant.add"]))

    @Test("is all on the page, once")
    func complete() {
        self.metrics.readSnapshotAge { 1.5 }
        self.metrics.endpoint("a", of: "u").out.set(1)
        let page = self.metrics.registry.page
        for metric in SluiceMetrics.all {
            let type = "\n# TYPE \(metric.name) \(metric.kind.rawValue)\n"
            #expect(page.count(of: type) == 1, "\(metric.name)")
        }
        #expect(page.count(of: "# TYPE ") == SluiceMetrics.all.count)
    }

    @Test("has names in one form, and help that is a sentence", arguments: SluiceMetrics.all)
    func form(_ metric: Metric) {
        let letters = Set("abcdefghijklmnopqrstuvwxyz_")
        #expect(metric.name.hasPrefix(metric.convention == nil ? "sluice_" : "gen_ai_"))
        #expect(metric.name.allSatisfy { letters.contains($0) })
        #expect(metric.name.hasSuffix("_total") == (metric.kind == .counter))
        #expect(metric.name.hasSuffix("_seconds") || metric.kind != .histogram || metric.unit != .seconds)
        #expect(metric.help.hasSuffix(".") && !metric.help.contains("\n"))
    }

    @Test("looks as it always has")
    func snapshot() throws {
        self.metrics.readSnapshotAge { 0.125 }
        self.metrics.requests[.openAI][.served][.success].increment()
        self.metrics.refusals["stage_not_open"].increment(by: 2)
        self.metrics.refusals["unheard_of"].increment()
        self.metrics.tokens[.input].increment(by: 12)
        self.metrics.usageUnknown[.cancelled].increment()
        let series = self.metrics.genAI.series(of: .example(1))
        series.observe(.completed, nanoseconds: 300_000_000)
        series.observe(.truncated, nanoseconds: 20_000_000)
        series.observe(firstToken: 50_000_000)
        series.observe(nanoseconds: 250_000_000, forTokensAfterFirst: 10)
        series.observe(inputTokens: 12, outputTokens: 11)
        self.metrics.logAppendTime[.access].observe(nanoseconds: 120_000)
        self.metrics.controlRequests["grant.add"][StatusClass(status: 409)].increment()
        let counted = self.metrics.registry.page.split(separator: "\n").filter { !$0.hasSuffix(" 0") }
        try expectSnapshot(counted.joined(separator: "\n") + "\n", "metrics-page")
    }

    typealias StatusClass = SluiceMetrics.StatusClass

    @Test(
        "knows the class of any status",
        arguments: [
            (-1, .informational), (101, .informational), (200, .success), (299, .success), (301, .redirection),
            (404, .clientError), (499, .clientError), (500, .serverError), (999, .serverError),
        ] as [(Int, StatusClass)])
    func classes(status: Int, expected: StatusClass) {
        #expect(StatusClass(status: status) == expected)
    }
}

extension String {
    /// How often `part` stands in the text.
    fileprivate func count(of part: String) -> Int {
        ("\n" + self).split(separator: part, omittingEmptySubsequences: false).count - 1
    }
}
