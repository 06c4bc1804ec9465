import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@Suite("A span of time")
struct TimeSpanTests {
    @Test(
        "is read exactly and written in its largest unit",
        arguments: [
            ("3d", 259_200_000, "3d"), ("10m", 600_000, "10m"), ("1.2s", 1_200, "1.2s"), ("24h", 86_400_000, "1d"),
            ("90m", 5_400_000, "90m"), ("1.5h", 5_400_000, "90m"), ("2w", 1_209_600_000, "14d"), ("50ms", 50, "0.05s"),
            ("0d", 0, "0s"), ("0.001s", 1, "0.001s"), ("60s", 60_000, "1m"), ("1234.567s", 1_234_567, "1234.567s"),
            ("007s", 7_000, "7s"), ("0.125d", 10_800_000, "3h"), ("36525d", 3_155_760_000_000, "36525d"),
        ] as [(String, Int64, String)])
    func texts(text: String, milliseconds: Int64, normal: String) throws {
        let span = try TimeSpan(reading: text)
        #expect(span.milliseconds == milliseconds)
        #expect(span.description == normal)
    }

    @Test(
        "is refused with its reason",
        arguments: [
            ("", .noNumber), ("d", .noNumber), ("-3d", .noNumber), (".5h", .noNumber), ("5.h", .noNumber),
            ("1.2.3s", .noNumber), ("+1s", .noNumber), ("3", .unknownUnit("")), ("3 d", .unknownUnit(" d")),
            ("3D", .unknownUnit("D")), ("3min", .unknownUnit("min")), ("3dd", .unknownUnit("dd")), ("٣d", .noNumber),
            ("0.0001s", .tooFine), ("0.0000000001d", .tooFine), ("36525.1d", .tooLong),
            ("9999999999999d", .tooLong), ("999999999999w", .tooLong),
        ] as [(String, TimeSpan.Fault)])
    func refused(text: String, fault: TimeSpan.Fault) {
        #expect(throws: fault) { try TimeSpan(reading: text) }
        #expect(TimeSpan(text) == nil)
    }

    @Test("reads back as it was written, at random")
    func roundTrip() {
        repeated(seeds: 500) { _, generator in
            let span = TimeSpan(milliseconds: Int64.random(in: 0...TimeSpan.longest.milliseconds, using: &generator))
            try #require(TimeSpan(span.description) == span)
            let whole = TimeSpan(Int.random(in: 0...9_999, using: &generator), .minute)
            try #require(TimeSpan(whole.description) == whole)
        }
    }

    @Test("stays within its ends")
    func ends() {
        #expect(TimeSpan(milliseconds: -5) == .zero)
        #expect(TimeSpan(.max, .week) == .longest)
        #expect(TimeSpan(-1, .day) == .zero)
        #expect(TimeSpan(36, .hour).days == 1.5)
        #expect(TimeSpan(1, .hour) < TimeSpan(61, .minute))
    }
}

@Suite("A weight")
struct WeightTests {
    @Test(
        "is exact to a millionth of all", arguments: [(0.1, 1_000), (0.0001, 1), (100, 1_000_000), (33.3333, 333_333)])
    func exact(percent: Double, millionths: Int) {
        #expect(Share(percent: percent)?.millionths == millionths)
        #expect(Share(millionths: millionths).percent == percent)
    }

    @Test("reads back every millionth")
    func roundTrip() {
        let wrong = stride(from: 0, through: 1_000_000, by: 7).filter {
            Share(percent: Share(millionths: $0).percent)?.millionths != $0
        }
        #expect(wrong == [])
    }

    @Test("is refused beyond what it can be", arguments: [-0.1, 100.1, 0.00005, 33.333333, .nan, .infinity])
    func refused(percent: Double) { #expect(Share(percent: percent) == nil) }

    @Test("is shown in percent")
    func shown() {
        #expect([0, 1_000, 10_000, 1_000_000].map { "\(Share(millionths: $0))" } == ["0 %", "0.1 %", "1 %", "100 %"])
    }
}

@Suite("A field's path")
struct FieldPathTests {
    @Test(
        "is written as people write it, and reads back",
        arguments: [
            ("", []), ("spec", [.member("spec")]),
            (
                "spec.stages[2].bake.min",
                [.member("spec"), .member("stages"), .element(2), .member("bake"), .member("min")]
            ), ("[3][0].a", [.element(3), .element(0), .member("a")]),
            (#"labels["a.b"].c-d"#, [.member("labels"), .member("a.b"), .member("c-d")]),
            (#"x["\"\\"]["ü"]"#, [.member("x"), .member(#""\"#), .member("ü")]),
            (#"x[""]"#, [.member("x"), .member("")]),
        ] as [(String, [FieldPath.Step])])
    func texts(text: String, steps: [FieldPath.Step]) {
        #expect(FieldPath(steps: steps).description == text)
        #expect(FieldPath(text) == FieldPath(steps: steps))
    }

    @Test(
        "is refused otherwise",
        arguments: ["a.", ".a", "a..b", "a[", "a[x]", "a[1", "a[-1]", "a b", #"a["b]"#, "a[1]b"])
    func refused(text: String) { #expect(FieldPath(text) == nil) }
}

@Suite("Clocks, zones and filters of a plan")
struct SmallValueTests {
    @Test("read a time of day as a clock shows it")
    func clock() {
        #expect(["00:00", "09:05", "23:59", "24:00"].map { ClockTime($0)?.minutes } == [0, 545, 1_439, 1_440])
        #expect(["24:01", "9:00", "09:60", "0900", "09:00:00", "-1:00", ""].allSatisfy { ClockTime($0) == nil })
        #expect([0, 545, 1_440].map { ClockTime(minutes: $0).description } == ["00:00", "09:05", "24:00"])
    }

    @Test("know the form of a zone's name")
    func zones() {
        #expect(
            ["UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+3"].allSatisfy { TimeZoneName($0) != nil })
        #expect(
            ["", "CET", "Berlin", "Europe/", "Europe", "Mars/Base", "Europe/Ber lin"].allSatisfy {
                TimeZoneName($0) == nil
            })
    }

    @Test("count an event that meets every condition, and one of which that is not known")
    func filters() throws {
        let filter = try #require(EventFilter(" severity>='high'  &&category == 'cbrn' "))
        #expect(filter.description == "severity >= 'high' && category == 'cbrn'")
        let (cbrn, cyber) = (Name("cbrn"), Name("cyber"))
        #expect(filter.counts(severity: .high, category: cbrn) && filter.counts(severity: .critical, category: cbrn))
        #expect(
            !filter.counts(severity: .medium, category: cbrn) && !filter.counts(severity: .critical, category: cyber))
        #expect(filter.counts(severity: nil, category: nil) && !filter.counts(severity: nil, category: cyber))
        #expect(EventFilter([]).counts(severity: .low, category: nil))
    }

    @Test(
        "refuse a filter that is none",
        arguments: [
            "", "severity", "severity == critical", "severity == 'awful'", "category >= 'a'", "severity == 'low' &&",
            "severity == 'low' || category == 'a'", "level == 'x'", "category == ''", "severity == 'low'x",
        ])
    func refusedFilter(text: String) { #expect(EventFilter(text) == nil) }

    @Test("order what goes from mild to strict")
    func ranks() {
        #expect(Reaction.allCases.sorted() == [.hold, .stepBack, .rollback, .halt])
        #expect(Severity.low < .critical && !(Severity.critical < .critical) && ReleaseLevel.api < .open)
        #expect(max(RollbackTarget.previousStage, .closed) == .closed)
        #expect(ReleaseLevel.allCases.filter(\.isIrrevocable) == [.downloadable, .open])
    }
}

@Suite("The name of a header that says a part of the public")
struct HeaderNameTests {
    @Test("is a lower-case name that carries no secret")
    func texts() {
        for text in ["x-user-language", "accept-language", "a", "x-1", String(repeating: "a", count: 64)] {
            #expect(HeaderName(text)?.description == text)
        }
        for text in [
            "", "X-Language", "1x", "-x", "x language", "x_language", "x:y", "\u{e9}", "authorization", "cookie",
            "x-api-key", "proxy-authorization", String(repeating: "a", count: 65),
        ] {
            #expect(HeaderName(text) == nil, "\(text)")
        }
    }
}
