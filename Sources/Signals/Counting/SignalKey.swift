public import Arms
public import ReleaseModel

/// An end user of an application, as batches name them: the first 64 bits of a keyed hash, never the name itself.
///
/// The key stays in the gateways, so nobody outside can make two names fall together.
public struct AccountTag: Hashable, Comparable, Sendable {
    /// The bits.
    public let bits: UInt64

    /// The tag with these bits.
    public init(bits: UInt64) { self.bits = bits }

    /// Orders by the bits.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.bits < rhs.bits }
}

extension AccountTag: CustomStringConvertible, LosslessStringConvertible {
    /// Sixteen hexadecimal digits in lower case.
    public var description: String {
        unsafe String(unsafeUninitializedCapacity: 16) { text in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: self.bits >> UInt64(60 - 4 * place) & 15)
                unsafe text[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return 16
        }
    }

    /// Reads sixteen hexadecimal digits in lower case; nil for anything else.
    public init?(_ description: String) {
        let isDigit: (UInt8) -> Bool = { 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 }
        guard description.utf8.count == 16, description.utf8.allSatisfy(isDigit),
            let bits = UInt64(description, radix: 16)
        else { return nil }
        self.bits = bits
    }
}

/// Where a request counts: in which stage, on which side, from where, by whom, when.
public struct SignalKey: Hashable, Sendable {
    /// The epoch of evidence at the request's admission.
    public var epoch: Int
    /// The stage, as a place in the plan.
    public var stage: Int
    /// The candidate's share of the cohort that the request came by, in millionths.
    public var share: Int
    /// The side that served it.
    public var arm: Arm
    /// Whether it was admitted within the stage's initial delay: it then counts for tripwires, budgets and strata, and
    /// for no rate.
    public var isSettling: Bool
    /// The parts of the public that it is in: ``SignalLayout/stratum(_:)``.
    public var stratum: Int
    /// The application.
    public var application: ApplicationID
    /// The end user; nil if the request names none. All such requests of an application count as one actor, so that
    /// nothing is gained by naming nobody.
    public var account: AccountTag?
    /// When it was admitted: ``SignalLayout/slot(of:)``.
    public var slot: Int64

    /// A key with all its fields.
    public init(
        epoch: Int, stage: Int, share: Int, arm: Arm, isSettling: Bool = false, stratum: Int = 0,
        application: ApplicationID, account: AccountTag? = nil, slot: Int64
    ) {
        self.epoch = epoch
        self.stage = stage
        self.share = share
        self.arm = arm
        self.isSettling = isSettling
        self.stratum = stratum
        self.application = application
        self.account = account
        self.slot = slot
    }
}

extension SignalKey {
    /// Hashes who, when and on which side. It is done on each request, and what is left out tells few keys apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.application)
        hasher.combine(self.account?.bits ?? 0)
        hasher.combine(
            self.slot &<< 24 ^ Int64(truncatingIfNeeded: self.share &<< 1) ^ (self.arm == .candidate ? 1 : 0))
    }
}

extension SignalKey: Comparable {
    /// Orders by stage, side, slot, place and actor: the order of a batch.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        if (lhs.epoch, lhs.stage, lhs.share) != (rhs.epoch, rhs.stage, rhs.share) {
            return (lhs.epoch, lhs.stage, lhs.share) < (rhs.epoch, rhs.stage, rhs.share)
        }
        if lhs.arm != rhs.arm { return lhs.arm == .baseline }
        if lhs.isSettling != rhs.isSettling { return lhs.isSettling }
        if (lhs.slot, lhs.stratum) != (rhs.slot, rhs.stratum) {
            return (lhs.slot, lhs.stratum) < (rhs.slot, rhs.stratum)
        }
        if lhs.application != rhs.application { return lhs.application < rhs.application }
        switch (lhs.account, rhs.account) {
        case (let one?, let other?): return one < other
        case (nil, .some): return true
        case (_, nil): return false
        }
    }
}

/// A stage's side: what histograms are kept for.
public struct SignalPanel: Hashable, Comparable, Sendable {
    /// The epoch of evidence.
    public var epoch: Int
    /// The stage, as a place in the plan.
    public var stage: Int
    /// The side.
    public var arm: Arm

    /// A panel with all its fields.
    public init(epoch: Int, stage: Int, arm: Arm) {
        self.epoch = epoch
        self.stage = stage
        self.arm = arm
    }

    /// Orders by epoch, stage and side.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        if (lhs.epoch, lhs.stage) != (rhs.epoch, rhs.stage) { return (lhs.epoch, lhs.stage) < (rhs.epoch, rhs.stage) }
        return lhs.arm == .baseline && rhs.arm == .candidate
    }
}

extension SignalKey {
    /// The panel that a request of this key belongs to.
    public var panel: SignalPanel { SignalPanel(epoch: self.epoch, stage: self.stage, arm: self.arm) }
}
