import Foundation
import NPUTransport
import Testing

@Suite("Limits of this side")
struct ClientLimitTests {
  /// Codes of libcurl as its documentation numbers them.
  private static let (noHost, noConnection, noMemory, timeOut, noBytes): (UInt32, UInt32, UInt32, UInt32, UInt32) = (
    6, 7, 27, 28, 56
  )

  @Test(
    "What libcurl and the system say is told apart from what the service does",
    arguments: [
      (noConnection, EMFILE, .clientDescriptors), (noConnection, ENFILE, .clientDescriptors),
      (noConnection, EADDRNOTAVAIL, .clientPorts), (noConnection, ENOMEM, .clientMemory),
      (noConnection, ENOBUFS, .clientMemory), (noBytes, ENOBUFS, .clientMemory), (noMemory, 0, .clientMemory),
      (noMemory, EMFILE, .clientDescriptors), (noHost, ENOMEM, .clientMemory),
      (noConnection, ECONNREFUSED, nil), (noConnection, EHOSTUNREACH, nil), (noConnection, ECONNRESET, nil),
      (noConnection, 0, nil), (noHost, 0, nil), (timeOut, EADDRNOTAVAIL, nil), (timeOut, 0, nil),
    ] as [(UInt32, Int32, TransportError.Kind?)])
  func kinds(result: UInt32, systemError: Int32, kind: TransportError.Kind?) {
    #expect(ClientLimit.kind(ofResult: result, systemError: systemError) == kind)
  }

  @Test(
    "Each says what helps, and that it is none of the service's",
    arguments: [
      (.clientDescriptors, "ulimit -n"), (.clientPorts, "ip_local_port_range"),
      (.clientMemory, "lower the concurrency"),
    ] as [(TransportError.Kind, String)])
  func messages(kind: TransportError.Kind, advice: String) throws {
    let message = try #require(ClientLimit.message(kind))
    #expect(message.contains(advice))
    #expect(message.contains("says nothing of the service"))
  }

  @Test("All that have a message are counted as limits of this side, and no others")
  func allOfThem() {
    #expect(TransportError.Kind.allCases.filter { ClientLimit.message($0) != nil } == TransportError.clientLimits)
  }
}
