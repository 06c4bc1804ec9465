import ArgumentParser
import Rehearsal
import ReleaseModel
import StageControl
import StrictJSON

/// Numbers for metrics, as an option says them: `severe-harm=2e-4,policy-flags@general-1=1e-3`.
struct SupposedFigures: Hashable {
    var figures: [Suppositions.Figure]

    static func option(_ text: String) throws -> SupposedFigures {
        guard let figures = Self(text) else {
            throw ValidationError(
                "'\(text)' says no numbers of metrics: write METRIC=N or METRIC@STAGE=N, several with commas between")
        }
        return figures
    }

    init?(_ text: String) {
        self.figures = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let sign = part.lastIndex(of: "="),
                let number = try? JSONValue(parsing: Array(part[part.index(after: sign)...].utf8)),
                let value = number.doubleValue
            else { return nil }
            let names = part[..<sign].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            guard names.allSatisfy({ !$0.isEmpty }), let metric = names.first else { return nil }
            self.figures.append(
                Suppositions.Figure(String(metric), stage: names.dropFirst().first.map { String($0) }, value))
        }
    }
}

/// How far a zone is from UTC, as an option says it: `Europe/Berlin=+01:00`.
struct SupposedZone: Hashable {
    var offset: ZoneOffset

    static func option(_ text: String) throws -> SupposedZone {
        guard let zone = Self(text) else {
            throw ValidationError("'\(text)' is no zone with its offset: write one such as Europe/Berlin=+01:00")
        }
        return zone
    }

    init?(_ text: String) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let zone = TimeZoneName(String(parts[0])), let sign = parts[1].first,
            sign == "+" || sign == "-", let time = ClockTime(String(parts[1].dropFirst())), time.minutes <= 14 * 60
        else { return nil }
        self.offset = ZoneOffset(zone: zone, minutes: sign == "-" ? -time.minutes : time.minutes)
    }
}

/// A span of time, as an option says it: `36h`, `2d`.
enum SupposedTime {
    static func option(_ text: String) throws -> TimeSpan {
        guard let span = TimeSpan(text) else {
            throw ValidationError("'\(text)' is no time: write a number and a unit, such as 36h or 2d")
        }
        return span
    }
}
