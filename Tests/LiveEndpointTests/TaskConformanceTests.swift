import Foundation
import NPUTestKit
import XCTest

/// How a test author has a task service judged by XCTest: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_TASK_URL=http://127.0.0.1:8000 swift test --filter TaskConformanceTests
/// ```
///
/// `NPUTESTKIT_SKIP` names checks or tags to leave out.
final class TaskConformanceTests: XCTestCase {
  func testTheServiceKeepsToTheProtocol() async throws {
    guard let service = try Service.fromEnvironment("NPUTESTKIT_TASK_URL") else {
      throw XCTSkip("Set NPUTESTKIT_TASK_URL to the base address of a task service, such as http://127.0.0.1:8000.")
    }
    let skipped = ProcessInfo.processInfo.environment["NPUTESTKIT_SKIP", default: ""].split(separator: ",")
    let suite = try CheckSuite.task.selecting(CheckSelection(skip: skipped.map(String.init)))
    let report = await suite.run(in: TaskCheckContext(service))
    print(ConformanceText(report).console)
    try report.require()
  }
}
