import Foundation
import NPUTestKit
import XCTest

/// How a test author has an image service judged by XCTest: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_IMAGE_URL=http://127.0.0.1:8000 swift test --filter ImageConformanceTests
/// ```
///
/// `NPUTESTKIT_IMAGE_SIZE` is the side of the images in pixels, and `NPUTESTKIT_SKIP` names checks or tags to leave
/// out.
final class ImageConformanceTests: XCTestCase {
  func testTheServiceKeepsToTheProtocol() async throws {
    guard let service = try Service.fromEnvironment("NPUTESTKIT_IMAGE_URL") else {
      throw XCTSkip("Set NPUTESTKIT_IMAGE_URL to the base address of an image service, such as http://127.0.0.1:8000.")
    }
    let environment = ProcessInfo.processInfo.environment
    var context = try await ImageCheckContext(service)
    if let side = environment["NPUTESTKIT_IMAGE_SIZE"].flatMap({ Int($0) }) {
      context.size = .init(width: side, height: side)
    }
    let skipped = environment["NPUTESTKIT_SKIP", default: ""].split(separator: ",").map(String.init)
    let report = await (try CheckSuite.image.selecting(CheckSelection(skip: skipped))).run(in: context)
    print(ConformanceText(report).console)
    try report.require()
  }
}
