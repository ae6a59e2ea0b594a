public import ArgumentParser
public import NPUTestKit

extension ImageRequest.WireProtocol: ExpressibleByArgument {}
