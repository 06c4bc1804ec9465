import ArgumentParser
import ReleaseModel
import StageControl
import StrictJSON

/// How much use is expected, as an option says it: `2e6/day`, `staff=5000/day`, `downloads:200/day`.
struct ExpectedTraffic: Hashable {
    var unit: ExposureUnit
    /// The stage in which it is expected; nil is any stage, if it were open to everybody in its cohorts.
    var stage: Name?
    var perDay: Double

    static func option(_ text: String) throws -> ExpectedTraffic {
        guard let traffic = Self(text) else {
            let units = ExposureUnit.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError(
                "'\(text)' is no expected use: write N/day, STAGE=N/day, or either behind a unit and a colon (\(units))"
            )
        }
        return traffic
    }

    init?(_ text: String) {
        var rest = text[...]
        if rest.hasSuffix("/day") { rest = rest.dropLast(4) }
        self.unit = .requests
        if let unit = ExposureUnit.allCases.first(where: { rest.hasPrefix($0.rawValue + ":") }) {
            self.unit = unit
            rest = rest.dropFirst(unit.rawValue.count + 1)
        }
        if let sign = rest.lastIndex(of: "=") {
            guard let stage = Name(String(rest[..<sign])) else { return nil }
            self.stage = stage
            rest = rest[rest.index(after: sign)...]
        }
        guard let number = try? JSONValue(parsing: Array(rest.utf8)), let perDay = number.doubleValue,
            (0...PlanLimits.amount).contains(perDay)
        else { return nil }
        self.perDay = perDay
    }

    /// A document that expects this. Other numbers of the document stay, and those of a single stage go before those
    /// of all.
    func applied(to document: JSONValue) -> JSONValue {
        let unit = FieldPath.document["spec"]["traffic"][self.unit.rawValue]
        let place = self.stage.map { unit["stages"][$0.text] } ?? unit["atFullWeight"]
        return document.setting(place, to: .number(self.perDay)) ?? document
    }
}
