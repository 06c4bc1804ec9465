import ArgumentParser
import Ledger
import ReleaseModel
import Store
import StrictJSON
import Testing

@testable import sluice

@Suite("A table")
struct TableTests {
    private let table = Table(["ID", "NAME"], [["1", "aurora"], ["1000", ""]])

    @Test("stands in columns without blanks at the ends")
    func aligned() {
        #expect(self.table.text(width: nil, isColoured: false) == "ID    NAME\n1     aurora\n1000\n")
    }

    @Test("is cut at a terminal's edge and nowhere else")
    func cut() {
        #expect(self.table.text(width: 8, isColoured: false) == "ID    N…\n1     a…\n1000\n")
    }

    @Test("has a bold header where colour is wanted")
    func bold() {
        #expect(self.table.text(width: nil, isColoured: true).hasPrefix("\u{1B}[1mID    NAME\u{1B}[0m\n1"))
    }

    @Test("shows control characters of others instead of obeying them")
    func controls() {
        let text = Table(["A"], [["x\u{1B}[2J\ny\u{202E}z"]]).text(width: nil, isColoured: false)
        #expect(text == "A\nx\u{FFFD}[2J\u{FFFD}y\u{FFFD}z\n")
    }

    @Test("of fields has a name and a value in each line")
    func fields() {
        #expect(Table.fields([("id", "1"), ("name", "a"), ("held", "")]) == "id    1\nname  a\nheld\n")
    }
}

@Suite("A moment on the command line")
struct MomentTests {
    @Test(
        "is read as RFC 3339 has it",
        arguments: [
            ("1970-01-01", 0), ("1970-01-01T00:00:00Z", 0), ("2000-02-29", 951_782_400_000),
            ("2027-01-01T00:00:00Z", 1_798_761_600_000), ("2027-01-01T01:00:00+01:00", 1_798_761_600_000),
            ("2026-12-31T16:30:00.5-07:30", 1_798_761_600_500), ("1969-12-31T23:59:59.999Z", -1),
            ("2027-01-01 00:00:00z", 1_798_761_600_000), ("2027-01-01T00:00:00.123456Z", 1_798_761_600_123),
            ("0000-01-01", -62_167_219_200_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ])
    func read(text: String, milliseconds: Int64) {
        #expect(Moment.parse(text)?.milliseconds == milliseconds)
    }

    @Test(
        "is refused when it is no day or no time",
        arguments: [
            "", "2027", "2027-13-01", "2027-02-29", "2027-1-1", "2027-01-01T", "2027-01-01T24:00:00Z",
            "2027-01-01T00:00:00", "2027-01-01T00:00Z", "2027-01-01T00:00:60Z", "2027-01-01T00:00:00.Z",
            "2027-01-01T00:00:00+1:00", "2027-01-01T00:00:00Zx", "tomorrow",
        ])
    func refused(text: String) {
        #expect(Moment.parse(text) == nil)
    }

    @Test("reads back as it is written")
    func roundTrip() {
        for milliseconds: Int64 in [-62_167_219_200_000, -1, 0, 951_868_799_999, 1_798_761_600_000] {
            let moment = Timestamp(milliseconds: milliseconds)
            #expect(Moment.parse(Moment.text(moment)) == moment)
        }
        #expect(Moment.text(Timestamp(milliseconds: 0)) == "1970-01-01T00:00:00Z")
    }
}

@Suite("The number that a command ends with")
struct ExitStatusTests {
    @Test(
        "follows from the API's problem",
        arguments: [
            (400, ExitStatus.usage), (401, .denied), (403, .denied), (404, .notFound), (409, .conflict),
            (412, .conflict), (413, .usage), (422, .usage), (429, .unhealthy), (500, .failure), (503, .unhealthy),
            (504, .timedOut),
        ])
    func problems(status: Int, expected: ExitStatus) throws {
        let problem = try #require(ControlProblem(status: status, ["code": "c", "detail": "d"]))
        #expect(ExitStatus(of: problem) == expected)
    }

    @Test("is 8 for a log or proof that does not verify, and 3 for one that is not there")
    func logs() {
        #expect(ExitStatus(of: LogFault.corrupt(path: "p", detail: "d")) == .verificationFailed)
        #expect(ExitStatus(of: LogFault.foreign("f")) == .verificationFailed)
        #expect(ExitStatus(of: ProofFault.rootMismatch) == .verificationFailed)
        #expect(ExitStatus(of: NoteFault.noTrustedSignature) == .verificationFailed)
        #expect(ExitStatus(of: LogFault.missing(path: "p")) == .notFound)
        #expect(ExitStatus(of: LogFault.outOfRange(index: 1, size: 1)) == .notFound)
    }

    @Test("is what a command says itself, and 1 for what nobody foresaw")
    func others() {
        struct Unforeseen: Error {}
        #expect(ExitStatus(of: ExitCode(6)) == .unhealthy)
        #expect(ExitStatus(of: Unforeseen()) == .failure)
        #expect(ExitStatus.allCases.map(\.rawValue) == Array(0...8))
    }
}

@Suite("An explanation in words")
struct ExplanationTextTests {
    @Test("goes from the rules to the answer, with every grant that was asked")
    func text() {
        let text = ExplanationText([
            "at": 0, "freshness": "fresh", "key": "accepted", "may_know": true,
            "caller": ["name": "first-app", "intent": "operational", "exposure": "real"],
            "target": ["name": "aurora", "version_name": "aurora-1.0"],
            "considered": [
                [
                    "grant": ["id": "grt_1"], "admits": false,
                    "denials": [["code": "entitlement_missing", "field": "seed", "detail": "full_sampling"]],
                ]
            ],
            "decision": ["refused": [["code": "entitlement_missing", "field": "seed", "detail": "full_sampling"]]],
        ]).text
        let expected = """
            rules           fresh, as of 1970-01-01T00:00:00Z
            key             accepted
            caller          first-app, operational, real
            model           aurora, version aurora-1.0
            may know of it  yes
            grt_1           does not: entitlement_missing (seed): full_sampling
            answer          refused: entitlement_missing (seed): full_sampling

            """
        #expect(text == expected)
    }
}
