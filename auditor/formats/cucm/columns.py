"""The columns of a CUCM call record in their order: each release adds some behind those of the one before."""

from __future__ import annotations

import re

NAMES = tuple(
    """
    cdrRecordType globalCallID_callManagerId globalCallID_callId origLegCallIdentifier
    dateTimeOrigination origNodeId origSpan origIpAddr callingPartyNumber
    callingPartyUnicodeLoginUserID origCause_location origCause_value origPrecedenceLevel
    origMediaTransportAddress_IP origMediaTransportAddress_Port origMediaCap_payloadCapability
    origMediaCap_maxFramesPerPacket origMediaCap_g723BitRate origVideoCap_Codec
    origVideoCap_Bandwidth origVideoCap_Resolution origVideoTransportAddress_IP
    origVideoTransportAddress_Port origRSVPAudioStat origRSVPVideoStat destLegIdentifier destNodeId
    destSpan destIpAddr originalCalledPartyNumber finalCalledPartyNumber
    finalCalledPartyUnicodeLoginUserID destCause_location destCause_value destPrecedenceLevel
    destMediaTransportAddress_IP destMediaTransportAddress_Port destMediaCap_payloadCapability
    destMediaCap_maxFramesPerPacket destMediaCap_g723BitRate destVideoCap_Codec
    destVideoCap_Bandwidth destVideoCap_Resolution destVideoTransportAddress_IP
    destVideoTransportAddress_Port destRSVPAudioStat destRSVPVideoStat dateTimeConnect
    dateTimeDisconnect lastRedirectDn pkid originalCalledPartyNumberPartition
    callingPartyNumberPartition finalCalledPartyNumberPartition lastRedirectDnPartition duration
    origDeviceName destDeviceName origCallTerminationOnBehalfOf destCallTerminationOnBehalfOf
    origCalledPartyRedirectOnBehalfOf lastRedirectRedirectOnBehalfOf origCalledPartyRedirectReason
    lastRedirectRedirectReason destConversationId globalCallId_ClusterID joinOnBehalfOf comment
    authCodeDescription authorizationLevel clientMatterCode origDTMFMethod destDTMFMethod
    callSecuredStatus origConversationId origMediaCap_Bandwidth destMediaCap_Bandwidth
    authorizationCodeValue outpulsedCallingPartyNumber outpulsedCalledPartyNumber origIpv4v6Addr
    destIpv4v6Addr origVideoCap_Codec_Channel2 origVideoCap_Bandwidth_Channel2
    origVideoCap_Resolution_Channel2 origVideoTransportAddress_IP_Channel2
    origVideoTransportAddress_Port_Channel2 origVideoChannel_Role_Channel2
    destVideoCap_Codec_Channel2 destVideoCap_Bandwidth_Channel2 destVideoCap_Resolution_Channel2
    destVideoTransportAddress_IP_Channel2 destVideoTransportAddress_Port_Channel2
    destVideoChannel_Role_Channel2 IncomingProtocolID IncomingProtocolCallRef OutgoingProtocolID
    OutgoingProtocolCallRef currentRoutingReason origRoutingReason lastRedirectingRoutingReason
    huntPilotPartition huntPilotDN calledPartyPatternUsage IncomingICID IncomingOrigIOI
    IncomingTermIOI OutgoingICID OutgoingOrigIOI OutgoingTermIOI outpulsedOriginalCalledPartyNumber
    outpulsedLastRedirectingNumber wasCallQueued totalWaitTimeInQueue callingPartyNumber_uri
    originalCalledPartyNumber_uri finalCalledPartyNumber_uri lastRedirectDn_uri
    mobileCallingPartyNumber finalMobileCalledPartyNumber origMobileDeviceName destMobileDeviceName
    origMobileCallDuration destMobileCallDuration mobileCallType originalCalledPartyPattern
    finalCalledPartyPattern lastRedirectingPartyPattern huntPilotPattern origDeviceType
    destDeviceType origDeviceSessionID destDeviceSessionID
    """.split()
)
_ORIGINATION, _DISCONNECT, _PKID = (
    NAMES.index(name) for name in ("dateTimeOrigination", "dateTimeDisconnect", "pkid")
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def has_shape(fields: list[str]) -> bool:
    """Whether the fields of a line are in this order: a call record with its times and its own id."""
    return (
        len(fields) > _PKID
        and fields[0] == "1"
        and fields[_ORIGINATION].isdigit()
        and fields[_DISCONNECT].isdigit()
        and _UUID.fullmatch(fields[_PKID]) is not None
    )
