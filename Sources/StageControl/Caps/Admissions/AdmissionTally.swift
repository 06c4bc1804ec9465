import ReleaseModel

/// How many places of one stage are taken.
struct AdmissionTally: Hashable, Sendable {
    /// Accounts.
    private(set) var people = 0
    /// How many units of each application, itself and its accounts; an application takes one place for all of them.
    private var units: [ApplicationID: Int] = [:]

    var applications: Int { self.units.count }

    func has(_ application: ApplicationID) -> Bool { self.units[application] != nil }

    mutating func add(_ unit: AudienceUnit) {
        if unit.account != nil { self.people += 1 }
        self.units[unit.application, default: 0] += 1
    }

    mutating func remove(_ unit: AudienceUnit) {
        if unit.account != nil { self.people -= 1 }
        guard let count = self.units[unit.application] else { return }
        self.units[unit.application] = count > 1 ? count - 1 : nil
    }
}
