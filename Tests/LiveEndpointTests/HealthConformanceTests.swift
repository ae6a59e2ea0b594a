import NPUTestKit
import XCTest

/// How a test author asks any inference service whether it is there: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_SERVICE_URL=http://127.0.0.1:8000 swift test --filter HealthConformanceTests
/// ```
final class HealthConformanceTests: XCTestCase {
  func testTheServiceIsThere() async throws {
    guard let service = try Service.fromEnvironment("NPUTESTKIT_SERVICE_URL") else {
      throw XCTSkip("Set NPUTESTKIT_SERVICE_URL to the base address of a service, such as http://127.0.0.1:8000.")
    }
    try await CheckSuite.health.run(in: ServiceCheckContext(service)).require()
  }
}
