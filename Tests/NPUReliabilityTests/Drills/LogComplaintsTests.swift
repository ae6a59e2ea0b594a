import Testing

@testable import NPUReliability

/// Which lines of a log are about a fault.
struct LogComplaintsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var earlier = "INFO 10:00 started\nWARNING 10:00 slow tokenizer\n"
    let new: String
    var errors = 0
    var warnings = 0
  }

  static let cases = [
    Case(testDescription: "an error", new: "ERROR 10:01 device 3 is lost\n", errors: 1),
    Case(testDescription: "an exception", new: "RuntimeError: ACL stream synchronize failed\n", errors: 1),
    Case(testDescription: "in small letters, between brackets", new: "[error] device 3 is lost\n", errors: 1),
    Case(testDescription: "lines of Windows", new: "ERROR a\r\nINFO b\r\nFATAL c\r\n", errors: 2),
    Case(testDescription: "a warning", new: "WARNING 10:01 device 3 is slow\n", warnings: 1),
    Case(testDescription: "a count of errors", new: "INFO 10:01 7 requests, 0 failed\n", warnings: 1),
    Case(testDescription: "no error", new: "10:01 finished without error\n", warnings: 1),
    Case(testDescription: "information about errors", new: "INFO 10:01 error handling is on\n", warnings: 1),
    Case(testDescription: "a warning of every day", new: "WARNING 10:01 slow tokenizer\n"),
    Case(
      testDescription: "an error of every day", earlier: "ERROR 9:59 client 17 left\n",
      new: "ERROR 10:01 client 18 left\n"),
    Case(testDescription: "nothing of the kind", new: "INFO 10:01 all is well\n"),
    Case(testDescription: "nothing at all", new: ""),
  ]

  @Test("a new kind of error counts, a warning may, and what is of every day does not", arguments: cases)
  func kinds(_ given: Case) {
    let found = LogComplaints(from: given.earlier, to: given.earlier + given.new)
    #expect(found.errors.count == given.errors, "\(found)")
    #expect(found.warnings.count == given.warnings, "\(found)")
  }

  @Test("an end of a log that has moved on is compared line by line, its cut line left out")
  func moved() {
    let earlier = "RROR of long ago\nINFO a\nINFO b\n"
    #expect(LogComplaints(from: earlier, to: "f long ago: ERROR\nINFO a\nINFO b\nERROR new\n").errors == ["ERROR new"])
    #expect(LogComplaints(from: "", to: "ERROR at the start\n").errors == ["ERROR at the start"])
  }

  @Test("of many some are kept")
  func many() {
    let lines = (0..<100).map { "ERROR in part \(String(repeating: "x", count: $0 + 1))" }
    #expect(LogComplaints(from: "", to: lines.joined(separator: "\n")).errors.count == 8)
  }
}
