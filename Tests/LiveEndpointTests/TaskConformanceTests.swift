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
    let environment = ProcessInfo.processInfo.environment
    guard let address = environment["NPUTESTKIT_TASK_URL"], !address.isEmpty else {
      throw XCTSkip("Set NPUTESTKIT_TASK_URL to the base address of a task service, such as http://127.0.0.1:8000.")
    }
    let service = try ServiceConfiguration(address)
    let transport = try CurlTransport(configuration: service.endpoint.transportConfiguration())
    defer { transport.shutDown() }
    let context = TaskCheckContext(transport: transport, service: service)

    let skipped = environment["NPUTESTKIT_SKIP", default: ""].split(separator: ",").map(String.init)
    let suite = try CheckSuite.task.selecting(CheckSelection(skip: skipped))
    let report = await suite.run(in: context)
    print(ConformanceText(report).console)
    try report.require()
  }
}
