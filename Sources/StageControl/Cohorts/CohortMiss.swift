public import ReleaseModel

/// Why somebody does not belong to a cohort.
public struct CohortMiss: Hashable, Sendable, CustomStringConvertible {
    /// The cohort.
    public let cohort: Name
    /// The reason.
    public let reason: Reason

    /// A cohort and a reason.
    public init(cohort: Name, reason: Reason) {
        self.cohort = cohort
        self.reason = reason
    }

    /// Why somebody does not belong to a cohort, by how its members are told.
    public enum Reason: Hashable, Sendable {
        /// The application is not on the list.
        case notListed
        /// The caller, or the grant under which it asks, does not have these attributes.
        case attributes([CohortAttribute])
        /// The application's bucket lies above the share.
        case aboveShare(Share)
        /// The lottery has not been drawn.
        case notDrawnYet
        /// The lottery has been drawn, and the application did not win.
        case notDrawn
    }

    /// The miss as a sentence for people.
    public var description: String {
        switch self.reason {
        case .notListed: "\(self.cohort) lists its applications, and this is none of them."
        case .attributes(let attributes):
            "\(self.cohort) asks for another \(attributes.map(\.rawValue).joined(separator: ", "))."
        case .aboveShare(let share): "\(self.cohort) takes \(share) of all applications, and this is none of them."
        case .notDrawnYet: "The places of \(self.cohort) have not been drawn."
        case .notDrawn: "The places of \(self.cohort) have been drawn for others."
        }
    }
}

/// The cohort to which a caller belongs.
public enum CohortMembership: Hashable, Sendable {
    /// The first that the caller fits.
    case member(of: Name)
    /// None, and why, cohort by cohort.
    case none([CohortMiss])
}
