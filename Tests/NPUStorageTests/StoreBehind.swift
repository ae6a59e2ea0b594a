import NPUSimulator
import NPUStorage
import NPUTransport

/// A simulated store with one bucket, and a client of it that never waits.
func withStore<Result>(
  failures: [ObjectStoreBehaviour.Failure] = [],
  _ change: (inout ObjectStoreBehaviour) -> Void = { _ in },
  _ body: (ObjectStore, Simulator) async throws -> Result
) async throws -> Result {
  var behaviour = Behaviour()
  var objects = ObjectStoreBehaviour()
  objects.buckets = ["batch"]
  objects.accessKeys = [testKeys.access: testKeys.secret]
  objects.leastPartBytes = 1000
  objects.failures = failures
  change(&objects)
  behaviour.objectStore = objects
  return try await withSimulator(behaviour: behaviour) { simulator in
    var configuration = try ObjectStoreConfiguration(
      simulator.baseURL, region: "us-east-1", accessKey: Secret(testKeys.access), secretKey: Secret(testKeys.secret))
    configuration.retries.pause = .zero
    configuration.multipartThreshold = 4000
    configuration.partBytes = 1500
    return try await body(try ObjectStore(configuration), simulator)
  }
}

let testKeys = (access: "AKIDEXAMPLEKEY", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
